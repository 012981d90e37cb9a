-- title:    Drop analyses and counts of questions
-- from:     v1
-- to:       nothing
-- reason:   the way back from v1_analyses.up.sql
-- restores: nothing: every analysis and every count is lost

DROP TABLE query_stats;
DROP TABLE analysis_months;
DROP TABLE analysis_values;
DROP TABLE analysis_dictionaries;
DROP TABLE analysis_cache;
DROP TABLE analysis_makers;
