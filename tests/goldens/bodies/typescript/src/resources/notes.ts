/** The resource notes. */

import { flatForm, multipart } from "../runtime/bodies.ts";
import type { Caller } from "../runtime/caller.ts";
import { cookies } from "../runtime/cookies.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { any } from "../runtime/shapes.ts";
import { deepObject, label, pipeDelimited } from "../runtime/styles.ts";
import type { ImportNotesRequestAbout, PutNoteWhere } from "../types/notes.ts";

/** What `client.notes.put` takes. */
export interface NotesPutParams {
  text: string;
  tags?: readonly string[] | undefined;
  where?: PutNoteWhere | undefined;
  session?: string | undefined;
  due?: Date | undefined;
}

/** What `client.notes.import` takes. */
export interface NotesImportParams {
  file?: Blob | ArrayBuffer | Uint8Array | undefined;
  about?: ImportNotesRequestAbout | undefined;
}

/** What `client.notes.search` takes. */
export interface NotesSearchParams {
  q?: string | undefined;
}

const putOperation: Operation<void> = {
  method: "PUT",
  path: "/notes/{path}",
  segments: { path: label(true) },
  query: [
    { name: "tags", style: pipeDelimited },
    { name: "where", style: deepObject },
  ],
  cookies: cookies("session"),
  body: {},
};

const importOperation: Operation<string> = {
  method: "POST",
  path: "/notes",
  body: { encode: multipart({ about: "application/json" }), optional: true },
  returns: any,
  media: "text/plain",
};

const searchOperation: Operation<Blob> = {
  method: "POST",
  path: "/notes/search",
  body: { encode: flatForm, optional: true },
  returns: any,
  media: "application/octet-stream",
};

/** The resource notes. */
export class Notes {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * putNote.
   *
   * @param path - As the API documents it.
   * @example
   * ```ts
   * await client.notes.put([], { text: "…" });
   * ```
   */
  put(path: string[], params: NotesPutParams, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(putOperation, [path], params, options);
  }

  /**
   * importNotes.
   *
   * @example
   * ```ts
   * const note = await client.notes.import();
   * ```
   */
  import(params?: NotesImportParams, options?: RequestOptions): APIPromise<string> {
    return this.#caller.call(importOperation, [], params, options);
  }

  /**
   * searchNotes.
   *
   * @example
   * ```ts
   * const note = await client.notes.search();
   * ```
   */
  search(params?: NotesSearchParams, options?: RequestOptions): APIPromise<Blob> {
    return this.#caller.call(searchOperation, [], params, options);
  }
}
