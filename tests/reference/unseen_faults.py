"""Faults that the calls to HaloAgents, Aloha and Leadiosa do not show, and why."""

from __future__ import annotations

UNSEEN = frozenset(
    {
        *("TEN-F32", "SSE-F03", "SSE-F09", "SSE-F14", "SCH-F34", "JWT-F4520", "JWT-F4521"),
        *(f"OAU-F{number:02}" for number in range(1, 29) if number != 17),
        *(f"WHK-F{number:02}" for number in range(1, 29)),
        *("TEN-F43", "TEN-F44", "LIF-F23", "LIF-F25", "FIL-F42", "JWT-F4522", "LIF-F4523"),
        *("RAT-F46", "RAT-F47", "RAT-F48", "RAT-F52", "RAT-F53", "LIF-F4524", "LIF-F4525"),
        *("RAT-F76", "RAT-F77", "RAT-F78", "RAT-F82", "RAT-F83", "PAG-F74", "JWT-F4526"),
        *(f"WHK-F{number}" for number in (*range(29, 34), *range(41, 47), *range(54, 62))),
        *("LIF-F13", "LIF-F14", "LIF-F15", "LIF-F16", "LIF-F17", "STA-F37", "STA-F38"),
        *("AUT-F48", "AUT-F60", "ROT-F08", "ROT-F09", "LIF-F38", "LIF-F39", "ENV-F60", "ENV-F61"),
        *(f"LIF-F{number}" for number in (*range(71, 82), 4580, 4581, 4584, 4586, 4587)),
        *("PRI-F4582", "PRI-F4583", "PRI-F4585"),
        *("LIF-F18", "LIF-F19", "LIF-F40", "FIL-F47", "PAG-F78", "PRI-F18", "RAT-F90"),
        *("AUT-F61", "PRI-F19", "LIF-F82", "RAT-F89", "WHK-F62", "WHK-F63", "LIF-F4527"),
        *("LIF-F2102", "LIF-F2103", "FIL-F2104", "RAT-F2105"),
        *("RAT-F2106", "OAU-F2107", "WHK-F2108", "LIF-F97"),
        *("WHK-F701", "WHK-F702", "LIF-F704", "PRI-F705", "PRI-F706", "LIF-F707", "AUD-F711"),
        *("LIM-F712", "WHK-F713", "SEC-F715", "STA-F716", "ENV-F717", "SCH-F718", "TEN-F719"),
        *("ROT-F720", "AUT-F2301", "PAG-F2302", "LIF-F2303", "RAT-F2304", "ROT-F2305"),
        *("AUT-F2311", "AUD-F2312", "LIF-F2313", "STA-F2314"),
        *("AUT-F2931", "OAU-F2932", "LIM-F2933", "LIF-F2935", "RAT-F2936", "OAU-F2938"),
        *("TLS-F2939", "RAT-F2940"),
        *("COR-F2961", "COR-F2962", "LIM-F2963", "SSE-F2964", "LIF-F2965", "AUT-F2966"),
        *("LIF-F3301", "PAG-F3303", "ENV-F3304", "SCH-F3305", "AUD-F3306", "WHK-F3307"),
        *("LIF-F3308", "STA-F3310", "PAG-F3402", "OAU-F3404", "STA-F3601", "STA-F3602"),
        *("LIM-F3401", "ENV-F3403", "LIM-F3405", "PAG-F4151", "OAU-F4152"),
        *("LIF-F4031", "LIF-F4032", "LIF-F4033", "AUT-F4034", "WHK-F4035", "LIF-F4036"),
        *("LIF-F4037", "WHK-F4038", "WHK-F4039", "WHK-F4040", "WHK-F4041", "PRI-F4042"),
        *(f"LIF-F{number}" for number in (*range(4061, 4065), *range(4590, 4594))),
        *("PAG-F3941", "PAG-F3942", "LIF-F3943", "PAG-F3944", "PAG-F3945", "PRI-F3946"),
        *("PRI-F3947", "STA-F3948", "TLS-F3949", "SCH-F3950", "LIF-F3952", "LIF-F3953"),
        *("WHK-F3954", "WHK-F3955", "LIF-F3956", "PRI-F3957", "ROT-F3958", "WHK-F3959"),
        *("PAG-F3960", "ENV-F3951", "LIF-F4091", "LIF-F4546", "FIL-F4547", "FIL-F4548"),
        *("LIF-F4540", "LIF-F4541", "ROT-F4542", "LIF-F4543", "LIF-F4544", "WHK-F4545"),
        *("JWT-F2967", "LIF-F2968", "SSE-F2969", "LIF-F2970", "JWT-F2971", "LIF-F2972"),
        *("JWT-F3901", "JWT-F3902", "JWT-F3903", "LIM-F3904", "LIF-F3905", "LIF-F3906"),
        *("AUT-F3921", "ROT-F3922", "ROT-F3923", "RAT-F3924", "RAT-F3925", "RAT-F3926"),
        *("RAT-F3927", "LIF-F3929", "LIF-F3930", "PAG-F3931", "PAG-F3932", "STA-F3907"),
        *("LIF-F4101", "STA-F4102", "ENV-F4172", "ENV-F4173", "SSE-F4136", "SSE-F4137"),
        *("SSE-F4139", "LIF-F4141", "LIF-F4142", "LIF-F4143", "LIF-F4144", "JWT-F4145"),
        *("JWT-F4146", "STA-F4147", "LIF-F4148", "RAT-F4177", "TEN-F4176"),
        *("LIF-F4560", "SCH-F4561", "LIF-F4562", "PRI-F4563", "SCH-F4564", "WHK-F4565"),
        *("RAT-F4600", "RAT-F4665", "RAT-F4668", "LIF-F4666", "OAU-F4667"),
    }
)
"""What these calls do not show: it takes an app, a receiver of webhooks, a clock that runs, or
several calls of a kind that only workflows make."""
