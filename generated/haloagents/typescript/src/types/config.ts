/** Types of the resource config. */

import { object, type Shape, string } from "../runtime/shapes.ts";

/** What a widget needs to know before it starts. */
export interface Config {
  /** The active agent. */
  agent: Agent;
}

/** The active agent. */
export interface Agent {
  /** Identifies the agent. */
  id: string;
  /** What the agent is called. */
  name: string;
}

/** How values of `Agent` are read and written. */
export const agentShape: Shape<Agent> = object({ id: string, name: string });

/** How values of `Config` are read and written. */
export const configShape: Shape<Config> = object({ agent: agentShape });
