"""What the team agreed: charters, rates, people. Versioned by ``recorded_at``."""

from __future__ import annotations

from warehouse.schema.columns import table

campaigns = table(
    "campaigns",
    """
    campaign_id   text
    campaign_name text
    task_type     text?
    recorded_at   time
    """,
    key="campaign_id",
)

acceptance_rules = table(
    "acceptance_rules",
    """
    campaign_id  text
    acceptance   text  review or submission
    recorded_at  time
    """,
    key="campaign_id",
)
"""How a campaign's work counts as accepted while no charter says it: by review as soon as its files know reviews."""

charters = table(
    "charters",
    """
    campaign_id          text
    version              count
    recorded_at          time
    campaign_name        text
    task_type            text?
    target_items         count
    required_annotations count
    acceptance           text
    starts_on            day
    deadline             day
    budget               number?
    currency             text
    review_share         number?
    idle_limit_s         number
    owners               text?
    source_text          text
    """,
    key="campaign_id, version",
)
"""A campaign's promise, one row per version; the highest version known is in force.
``acceptance`` is ``review`` (a reviewer accepts) or ``submission`` (accepted unless rejected)."""

charter_bars = table(
    "charter_bars",
    """
    campaign_id text
    version     count
    recorded_at time
    figure      text
    question_id text
    bar         number
    """,
    key="campaign_id, version, figure",
)
"""The quality bar of a charter version per figure, e.g. gold_accuracy .9 (``question_id`` '' for all)."""

charter_terms = table(
    "charter_terms",
    """
    campaign_id text
    version     count
    recorded_at time
    kind        text
    vendor_id   text?
    name        text?
    starts_on   day
    ends_on     day?
    amount      number?
    currency    text?
    ramp_days   count?
    """,
    key="campaign_id, version, kind",
)
"""What a charter version says of money and people to come, by ``kind``: ``order`` (a purchase order of ``amount``),
``floor`` (the least that an hour may earn), ``holiday`` (from ``starts_on`` to the day before ``ends_on``), ``onboarding``
(``amount`` trainers, proficient after ``ramp_days``), ``schedule`` (``amount`` hours a week), ``level`` (what a vendor agreed to in the figure ``name``). No vendor means any."""

vendors = table(
    "vendors",
    """
    vendor_id   text
    vendor_name text
    recorded_at time
    """,
    key="vendor_id",
)

trainers = table(
    "trainers",
    """
    trainer_id  text
    vendor_id   text?
    cohort      text?
    locale      text?
    recorded_at time
    """,
    key="trainer_id",
)

people = table(
    "people",
    """
    trainer_id  text
    full_name   text?
    email       text?
    recorded_at time
    """,
    key="trainer_id",
)
"""The only table that holds names and addresses; everything else knows pseudonyms."""

trainer_identities = table(
    "trainer_identities",
    """
    login_id    text
    trainer_id  text
    recorded_at time
    """,
    key="login_id",
)
"""Several logins of one person: work of ``login_id`` counts as work of ``trainer_id``."""

guideline_versions = table(
    "guideline_versions",
    """
    campaign_id       text
    guideline_version text
    effective_from    day
    summary           text?
    recorded_at       time
    """,
    key="campaign_id, effective_from",
)

rate_cards = table(
    "rate_cards",
    """
    vendor_id   text?
    campaign_id text?
    role        text?
    task_type   text?
    locale      text?
    unit        text
    amount      number
    currency    text
    valid_from  day
    valid_until day?
    recorded_at time
    """,
    key="valid_from",
)
"""What is paid, by ``unit``: ``assignment`` or ``hour``. An empty field means any; of the cards that
fit and are in force on the day, the one with the most fields filled in applies."""

fx_rates = table(
    "fx_rates",
    """
    currency    text
    day         day
    usd         number
    recorded_at time
    """,
    key="currency, day",
)
"""US dollars for one unit of ``currency`` on ``day``; a day without a rate takes the last one before."""

invoices = table(
    "invoices",
    """
    vendor_id    text
    campaign_id  text?
    invoice_no   text
    period_start day
    period_until day
    unit         text
    units        number
    rate         number
    amount       number
    currency     text
    issued_on    day?
    paid_on      day?
    load_id      text
    recorded_at  time
    """,
    key="vendor_id, invoice_no, period_start",
)
"""What vendors bill, a row per line of an invoice; no campaign means all of the vendor's. ``period_until`` is the first day
after the period. A line recorded again (it was paid since) replaces the earlier. ``unit``: assignment, hour, review,
review_hour, or the category of a posted cost (onboarding, bonus, fee)."""

gold_items = table(
    "gold_items",
    """
    campaign_id text
    item_id     text
    question_id text
    answer      text
    gold_kind   text
    recorded_at time
    """,
    key="campaign_id, item_id",
    index="item_id",
)
