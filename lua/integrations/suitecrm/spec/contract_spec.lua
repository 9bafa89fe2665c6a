require("contract").verify "suitecrm"
