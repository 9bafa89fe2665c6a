require("contract").verify "helloworld"
