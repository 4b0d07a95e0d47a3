/** Types that several resources have in common. */

export interface Plant {
  /** What people call it. */
  name: string;
  planted?: string | null;
  counts?: Record<string, number>;
  notes?: Record<string, unknown>;
}
