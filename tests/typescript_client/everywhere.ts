/** Uses the built Aloha client for what platforms may have their own mind about. */

import { Aloha, errorFrom, NotFoundError } from "@aloha/sdk";
import { OAuth } from "@aloha/sdk/oauth";
import { paced } from "@aloha/sdk/pace";
import { signWebhook, verifyWebhook } from "@aloha/sdk/webhooks";

const client = new Aloha({ pace: paced(), maxRetries: 0 });
const page = await client.posts.list().firstPage();
console.log("a Date", page.items[0]?.createdAt instanceof Date);

const error: unknown = await client.posts
  .get("none", { headers: { prefer: "code=404" } })
  .catch((caught: unknown) => caught);
console.log("an error", error instanceof NotFoundError);
const data: unknown = structuredClone(JSON.parse(JSON.stringify(error)));
console.log("revived", errorFrom(data) instanceof NotFoundError);
const keeps = structuredClone(new Error("", { cause: 1 })).cause === 1;
console.log("cloned", !keeps || errorFrom(structuredClone(error)) instanceof NotFoundError);

const told = { postId: "post_1", channel: "instagram" };
const body = JSON.stringify({ id: "evt_1", event: "post.published", created: 1, data: told });
const event = await verifyWebhook(body, await signWebhook(body, "s"), "s");
console.log("verified", event.event === "post.published");

const { url } = await new OAuth({ clientId: "app" }).start("http://localhost/back");
console.log("challenged", url.includes("code_challenge_method=S256"));

const signal = AbortSignal.abort(new Error("enough"));
const stopped: unknown = await client.posts.get("p", { signal }).catch((caught: unknown) => caught);
console.log("aborted", Object(stopped).message === "enough");
