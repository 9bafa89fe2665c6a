--- "Y" and "N", and days as milliseconds.
return require("formats").normalizer { boolean = { yes = "Y", no = "N" }, date = "epoch_ms" }
