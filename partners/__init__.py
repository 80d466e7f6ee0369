"""Organisations, their people, and what happens between partner, buyer and brand.

organisation   the brand itself, or a partner (reseller, broker, rep firm); known outside by its ref
terms          tier, type, region, parent and minimum payout of a partner, each row from a day on
user           a person who logs in; belongs to one organisation and has one role
account        a buyer of a partner: an advertiser with its contacts
interaction    something that happened with an account: call, meeting, mail, store visit, content shown
"""
