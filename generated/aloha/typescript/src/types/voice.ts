/** Types of the resource voice. */

/** A training set for the voice model. */
export interface NewVoiceTraining {
  /** Texts in the voice to learn. */
  samples: string[];
}
