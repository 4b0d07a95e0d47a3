/** Types that several resources have in common. */

export interface ErrorObject {
  error: ErrorError;
}

export interface ErrorError {
  code: string;
  message: string;
}
