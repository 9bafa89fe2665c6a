require("contract").verify "jmap"
