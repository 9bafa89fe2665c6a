    {{object}} = { email = "kim@example.com", first_name = "Kim", last_name = "Zhou", phone = "+44 1" },
