"""The enablement library.

asset      one piece of content under one name: case study, one-pager, deck, rate card, audio spot, demo
version    an immutable file of an asset; exactly one is current; every view and download names its version
audience   the rule that says which partners may see an asset; nothing matches by default
view       one person with one version in one sitting; it ends after 3 minutes without a beat
beat       what the browser sends while a page is read: cumulative active milliseconds of each page
active time   milliseconds in which the page was visible and there was input in the last 30 seconds
read       a page with 2 seconds or more of active time; opened, read and finished are three figures
"""
