"""First segments of a path on GitHub that are pages of the site, not owners.

Facts collected from the site's own address space; the same list is published, among others,
by the package github-reserved-names.
"""

from ingest_github.repositories.word_sets import words

_PAGES = words(
    """
    about account admin advisories anonymous any api apps attributes auth billing blob blog
    bounty branches business businesses c cache careers case-studies categories central
    certification changelog chat cla cloud codereview codespaces collection collections
    comments commit commits companies compare contact contributing cookbook copilot coupons
    customer customer-stories customers dashboard dashboard-feed dashboards design develop
    developer diff discover discussions downloads downtime editor editors edu education
    enterprise enterprises events explore featured features feed files fixtures forked
    garage ghost gist gists git-guides github-copilot graphs groups guide guides help
    help-wanted home hooks hosting hovercards identity images inbox individual info
    integration interfaces introduction invalid-email-address investors issues jobs join
    journal journals lab labs languages launch layouts learn legal library linux listings
    lists login logos logout mac maintenance malware man marketplace mcp mention mentioned
    mentioning mentions migrating milestones mine mirrors mobile navigation network new news
    newsletter newsroom none nonprofit nonprofits notices notifications oauth offer
    open-source organisations organizations orgs pages partners payments personal plans
    plugins popular popularity posts press preview pricing professional projects pulls raw
    readme recommendations redeem releases render reply repos repositories resources restore
    revert save-net-neutrality saved scraping search security services sessions settings
    shareholders showcases signin signup site site-policy sitemap social-impact socials spam
    sponsors ssh staff starred stars static status statuses storage store stories styleguide
    subscriptions suggest suggestion suggestions support suspended talks teach teacher
    teachers teaching team teams ten terms timeline topic topics tos tour train training
    translations tree trending undefined updates user-attachments username users
    visualization w watching why-github wiki wikis windows works-with
    """
)

# Error pages by number, and host names that were never given away as account names.
_STATUS_PAGES = frozenset(
    str(code)
    for first, last in ((400, 431), (500, 511), (693, 695))
    for code in range(first, last + 1)
) | {"300", "302", "900"}
_HOSTS = frozenset(f"www{number}" for number in range(10))

RESERVED = _PAGES | _STATUS_PAGES | _HOSTS
"""Lower case."""
