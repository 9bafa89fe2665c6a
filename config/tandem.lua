-- What holds for all integrations of this home, unless their own file in config/integrations says
-- otherwise. Everything here is a default: leave the file out, and nothing changes.
return {
  -- Who wins when both sides changed a field, in this order: what both last agreed on ("base"),
  -- then the dates, from the surest to the vaguest.
  judge = { "base", "hard", "best", "fuzzy" },

  -- What settles a conflict that nobody won: "internal", "integration", or nothing: then both sides
  -- stay as they are and `tandem status` shows it.
  -- on_tie = "internal",

  -- How much of the previous window is asked for again, for records that appear late.
  overlap_seconds = 300,

  -- Objects of ours per iteration of a push: all of them, or those with changes.
  page_full = 200,
  page_partial = 100,

  -- How long what runs wrote down is kept (outcomes, judgments, notes): so many days, and at most
  -- so many runs of an integration.
  keep = { days = 30, runs = 200 },
}
