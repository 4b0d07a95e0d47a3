/** What people write to you, from all channels in one place. */

import type { Caller } from "../runtime/caller.ts";
import { InboxThreads } from "./inbox-threads.ts";

/** What people write to you, from all channels in one place. */
export class Inbox {
  /** The resource threads. */
  readonly threads: InboxThreads;

  /** @internal */
  constructor(caller: Caller) {
    this.threads = new InboxThreads(caller);
  }
}
