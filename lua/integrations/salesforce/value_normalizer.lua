-- Picklists with several values: Salesforce has a single text, "red;green".
return require("formats").normalizer { multiselect = ";" }
