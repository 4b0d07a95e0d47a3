/** Types of the resource notes. */

export interface PutNoteWhere {
  since?: string;
}

export interface PutNoteRequest {
  text: string;
  due?: Date;
  id?: string;
}

export interface ImportNotesRequest {
  file: string;
  about?: ImportNotesRequestAbout;
}

export interface ImportNotesRequestAbout {
  by?: string;
}

export interface SearchNotesRequest {
  q?: string;
}
