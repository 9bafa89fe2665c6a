require("contract").verify "salesforce"
