require("contract").verify "espocrm"
