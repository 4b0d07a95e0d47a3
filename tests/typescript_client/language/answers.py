"""Answers: several statuses and ranges, several media types, callbacks, webhooks, links."""

from __future__ import annotations

from tests.typescript_client.language.case import Case

CASES = [
    Case(
        "each status has its own type, also in a range, by default, and where it is an error",
        """
        paths:
          /jobs:
            post:
              operationId: createJob
              tags: [jobs]
              responses:
                '200': {description: D, content: {application/json: {schema: <Done>}}}
                '202': {description: L, content: {application/json: {schema: <Later>}}}
                '204': {description: Nothing}
                4XX: {description: W, content: {application/json: {schema: <Wrong>}}}
                default: {description: Odd}
        components:
          schemas:
            Done: {type: object, required: [the_result], properties: {the_result: {type: integer}}}
            Later: {type: object, required: [due_at], properties: {
              due_at: {type: string, format: date-time}}}
            Wrong: {type: object, required: [error], properties: {error: {type: string}}}
        """,
        """
        answer({ the_result: 1 });
        answer({ due_at: "2026-01-02T00:00:00Z" }, 202);
        for (const _ of [1, 2, 3]) {
          const job = await client.jobs.create();
          if (job === undefined) log("nothing");
          else if ("theResult" in job) log("done", job.theResult);
          else log("later", job.dueAt.getUTCDate());
        }
        for (const status of [404, 418, 503]) {
          answer({ error: "No." }, status);
          await client.jobs.create().catch((error) => log(error.name, error.status));
        }
        """,
        [
            "done 1",
            "later 2",
            "nothing",
            "NotFoundError 404",
            "APIStatusError 418",
            "InternalServerError 503",
        ],
    ),
    Case(
        "a range of successes",
        """
        paths:
          /ranges:
            get:
              operationId: getRange
              tags: [ranges]
              responses:
                2XX: {description: Some, content: {application/json: {schema: <Numbers>}}}
        components:
          schemas:
            Numbers: {type: array, items: {type: integer}}
        """,
        """
        answer([1, 2], 206);
        const numbers: readonly number[] = await client.ranges.get();
        log(numbers);
        """,
        ["[1,2]"],
    ),
    Case(
        "a default that is the only answer",
        """
        paths:
          /only:
            get:
              operationId: getOnly
              tags: [only]
              responses:
                default: {description: It, content: {application/json: {schema: {type: string}}}}
        """,
        'answer("it");\nlog(await client.only.get());',
        ["it"],
    ),
    Case(
        "several media types, JSON before others",
        """
        paths:
          /reports:
            get:
              operationId: getReport
              tags: [reports]
              responses:
                '200':
                  description: It
                  content:
                    text/csv: {schema: {type: string}}
                    application/vnd.sample+json: {schema: {type: array, items: {type: integer}}}
        """,
        """
        answer([1]);
        log(await client.reports.get(), sent().headers.get("accept"));
        """,
        ["[1] application/vnd.sample+json"],
    ),
    Case(
        "types of callbacks, and links that no code follows",
        """
        paths:
          /hooks:
            post:
              operationId: addHook
              tags: [hooks]
              responses:
                '204': {description: Added, links: {next: {operationId: addHook}}}
              callbacks:
                fed:
                  '{$request.query.url}':
                    post:
                      requestBody: {content: {application/json: {schema: <Fed>}}}
                      responses: {'200': {description: OK}}
        components:
          schemas:
            Fed: {type: object, required: [fed_by], properties: {fed_by: {type: string}}}
        """,
        """
        const fed: import("./SDK/index.ts").Fed = { fedBy: "Ann" };
        await client.hooks.add();
        log(fed.fedBy, sent().method);
        """,
        ["Ann POST"],
    ),
    Case(
        "webhooks that are signed",
        """
        webhooks:
          born:
            post:
              requestBody: {content: {application/json: {schema: <Born>}}}
              responses: {'200': {description: OK}}
          died:
            post:
              requestBody: {content: {application/json: {schema: <Died>}}}
              responses: {'200': {description: OK}}
        paths:
          /a: {get: {operationId: getA, tags: [a], responses: <OK>}}
        components:
          schemas:
            Born: {type: object, required: [type], properties: {
              type: {const: born}, name: {type: string}}}
            Died: {type: object, required: [type], properties: {
              type: {const: died}, at: {type: string}}}
        """,
        """
        const { signWebhook, verifyWebhook } = await import("./SDK/webhooks.ts");
        for (const body of ['{"type":"born","name":"Tom"}', '{"type":"died"}', '{"type":"new"}']) {
          const event = await verifyWebhook(body, await signWebhook(body, "s"), "s");
          log(event.type === "born" ? event.name : event.type);
        }
        await verifyWebhook("{}", { "x-signature": "00" }, "s").catch((error) => log(error.name));
        """,
        ["Tom", "died", "new", "WebhookError"],
        {
            "x-fern-webhook-signature": {
                "type": "hmac",
                "header": "X-Signature",
                "payload-format": {"components": ["body"]},
            }
        },
    ),
]
