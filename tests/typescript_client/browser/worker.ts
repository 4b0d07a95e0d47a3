/** Asks for what is not there, and posts the error. Import maps are not for workers. */

import { HaloAgents } from "./node_modules/@haloagents/sdk/dist/index.js";

addEventListener("message", async ({ data: baseURL }: MessageEvent<string>) => {
  const client = new HaloAgents({ baseURL });
  postMessage(await client.config.get({ orgId: "org_nowhere" }).catch((error: unknown) => error));
});
