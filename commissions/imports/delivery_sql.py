"""Statements that judge and write staged delivery rows as whole sets, on SQLite and PostgreSQL."""

from __future__ import annotations

# the lines that staged rows name, as they stand now, with the last day of which anything is believed
LINES = """
CREATE TEMP TABLE staged_lines (line_ref VARCHAR(64) PRIMARY KEY, line_id BIGINT, station VARCHAR(64),
  first_day DATE, end_day DATE, cancelled_on DATE, newest_day DATE)
"""
TERMS = """
INSERT INTO staged_lines
SELECT item.line_ref, item.id, terms.station, terms.first_day, terms.end_day, terms.cancelled_on, :newest_day
FROM line_items item
JOIN line_revisions terms ON terms.line_id = item.id
WHERE item.line_ref IN (SELECT DISTINCT line_ref FROM staged_deliveries)
AND terms.revision = (SELECT max(other.revision) FROM line_revisions other WHERE other.line_id = item.id)
"""
OVERLAP = """
SELECT 1 FROM staged_lines line JOIN delivery_rows stored ON stored.line_id = line.line_id
  AND stored.service_date >= (SELECT min(service_date) FROM staged_deliveries)
  AND stored.service_date <= (SELECT max(service_date) FROM staged_deliveries)
LIMIT 1
"""
_REASON = """CASE
      WHEN line.line_id IS NULL THEN 'unknown_line'
      WHEN staged.station <> '' AND staged.station <> line.station THEN 'other_station'
      WHEN staged.service_date < line.first_day OR staged.service_date >= line.end_day THEN 'outside_flight'
      WHEN staged.service_date >= line.cancelled_on THEN 'after_cancellation'
      WHEN staged.service_date > line.newest_day THEN 'day_to_come'
      WHEN staged.units < 0 THEN 'negative_units'
    END"""
_STAGED = """
  FROM staged_deliveries staged
  JOIN delivery_sources source ON source.name = staged.source
  LEFT JOIN staged_lines line ON line.line_ref = staged.line_ref
"""
_LATEST = """
LEFT JOIN delivery_rows latest ON latest.line_id = judged.line_id
  AND latest.service_date = judged.service_date AND latest.source_id = judged.source_id
  AND latest.revision = (
    SELECT max(other.revision) FROM delivery_rows other WHERE other.line_id = judged.line_id
      AND other.service_date = judged.service_date AND other.source_id = judged.source_id)
"""
_NEWER = """(latest.revision IS NULL OR judged.revision > latest.revision
  OR (judged.revision < 0 AND judged.units <> latest.units))"""
_INTO = """
INSERT INTO delivery_rows
  (line_id, service_date, source_id, revision, units, added_units, proof_ref, import_id)
"""
# rows that are alone with their line, day and source: the aggregates are of one row each
_ALONE = f"""
  {_STAGED}
  WHERE {_REASON} IS NULL
  GROUP BY line.line_id, staged.service_date, source.id HAVING count(*) = 1
"""
# in one query, so that the sort that brings the keys together also puts them in the order of the table
ALONE_ON_FRESH_DAYS = f"""
{_INTO}
SELECT line.line_id, staged.service_date, source.id,
  CASE WHEN min(staged.revision) >= 0 THEN min(staged.revision) ELSE 1 END,
  min(staged.units), min(staged.units), nullif(min(staged.proof_ref), ''), :import_id
{_ALONE}
ORDER BY line.line_id, staged.service_date, source.id
"""
ALONE_AND_NEWER = f"""
{_INTO}
WITH judged AS (
  SELECT line.line_id, staged.service_date, source.id AS source_id, min(staged.revision) AS revision,
    min(staged.units) AS units, min(staged.proof_ref) AS proof_ref
  {_ALONE}
)
SELECT judged.line_id, judged.service_date, judged.source_id,
  CASE WHEN judged.revision >= 0 THEN judged.revision ELSE coalesce(latest.revision + 1, 1) END,
  judged.units, judged.units - coalesce(latest.units, 0), nullif(judged.proof_ref, ''), :import_id
FROM judged {_LATEST}
WHERE {_NEWER}
ORDER BY judged.line_id, judged.service_date, judged.source_id
"""  # noqa: S608  its parts are the constants above
_JUDGED = f"""
WITH judged AS (
  SELECT staged.n, staged.source, staged.line_ref, staged.station, staged.service_date, staged.units,
    staged.revision, staged.proof_ref, line.line_id, source.id AS source_id, {_REASON} AS reason
  {_STAGED}
)
"""
_WITH_WHAT_STANDS = f"""
{_JUDGED}
SELECT judged.n, judged.source, judged.line_ref, judged.station, judged.service_date, judged.units,
  judged.revision, judged.proof_ref, judged.line_id, judged.source_id, judged.reason,
  latest.revision AS latest_revision, latest.units AS latest_units,
  same.units AS same_units, coalesce(same.proof_ref, '') AS same_proof
FROM judged {_LATEST}
LEFT JOIN delivery_rows same ON same.line_id = judged.line_id AND same.service_date = judged.service_date
  AND same.source_id = judged.source_id AND same.revision = judged.revision
"""  # noqa: S608  its parts are the constants above
_BY_KEY = "ORDER BY judged.line_id, judged.service_date, judged.source_id, judged.n"
REST = f"""
{_WITH_WHAT_STANDS}
WHERE judged.reason IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM delivery_rows own WHERE own.line_id = judged.line_id
    AND own.service_date = judged.service_date AND own.source_id = judged.source_id
    AND own.import_id = :settled_by)
{_BY_KEY}
"""  # noqa: S608  its parts are the constants above
DOUBTED = f"""
{_WITH_WHAT_STANDS}
WHERE judged.reason IS NOT NULL
{_BY_KEY}
"""
CHANGED_SINCE = f"""
{_JUDGED}
, last AS (
  SELECT line_id, service_date, source_id, max(n) AS n FROM judged WHERE reason IS NULL
  GROUP BY line_id, service_date, source_id
)
SELECT 1 FROM last JOIN judged ON judged.n = last.n {_LATEST}
WHERE {_NEWER}
LIMIT 1
"""  # noqa: S608  its parts are the constants above
