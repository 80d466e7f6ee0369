"""Orders, delivery, billing, and the commission that follows what was delivered.

insertion order   the signed order of an advertiser; holds line items; has revisions
line item         one product on one station: flight, booked units, price, billing source, cap
delivery row      the absolute count of a source for a line, station and service day, at a revision
quarantine        rows that can be read but not believed; counted, shown, judged again, never dropped
billable units    what counts: reconciled, within the cap
plan              the rules of a commission: components with rates, valid from a day on, in versions
accrual           posting target minus what is already posted, for each line, component and payee
posting           one ledger entry's reason: line, component, payee, service period, posting period
period            a month; closed in order by two people and never reopened
statement         a partner's account for a period and currency; issued once, never changed
prior-period adjustment   a later change to a closed month, posted in the open one
"""
