-- Checkboxes: HubSpot has a single text, "red;green".
return require("formats").normalizer { multiselect = ";" }
