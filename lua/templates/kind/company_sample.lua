    {{object}} = { name = "Example", website = "https://example.com", phone = "+44 2" },
