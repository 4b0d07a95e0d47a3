/** Types of the resource voice. */

import { array, object, type Shape, string } from "../runtime/shapes.ts";

/** A training set for the voice model. */
export interface NewVoiceTraining {
  /** Texts in the voice to learn. */
  samples: string[];
}

/** How values of `NewVoiceTraining` are read and written. */
export const newVoiceTrainingShape: Shape<NewVoiceTraining> = object({ samples: array(string) });
