"""The suite that proves any server against its contract: rules, runner, reports, profiles."""
