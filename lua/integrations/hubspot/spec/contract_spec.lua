require("contract").verify "hubspot"
