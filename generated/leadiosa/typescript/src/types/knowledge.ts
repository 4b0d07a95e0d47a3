/** Types of the resource knowledge. */

import { array, date, integer, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** An article of the knowledge base. */
export interface Article {
  /** Identifies the article. */
  id: string;
  /** What the article is about. */
  title: string;
  /** The article's text. */
  content: string;
  /** When it was created. */
  createdAt: Date;
  /** When it last changed. */
  updatedAt: Date;
}

/** An article to add. */
export interface NewArticle {
  /** What the article is about. */
  title: string;
  /** The article's text. */
  content: string;
}

/** What to change of an article. At least one field. */
export interface ArticleUpdate {
  /** What the article is about. */
  title?: string;
  /** The article's text. */
  content?: string;
}

/** One page of articles. */
export interface ArticlePage {
  /** The articles of this page. */
  data: Article[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** A piece of an article, small enough to draw an answer from. */
export interface Chunk {
  /** Identifies the chunk. */
  id: string;
  /** The article it was cut from. */
  articleId: string;
  /** Where it stands in the article, counted from 0. */
  position: number;
  /** The piece's text. */
  content: string;
}

/** One page of chunks. */
export interface ChunkPage {
  /** The chunks of this page. */
  data: Chunk[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** How values of `Article` are read and written. */
export const articleShape: Shape<Article> = object({
  id: string,
  title: string,
  content: string,
  created_at: date,
  updated_at: date,
});

/** How values of `ArticlePage` are read and written. */
export const articlePageShape: Shape<ArticlePage> = object({
  data: array(articleShape),
  pagination: paginationShape,
});

/** How values of `Chunk` are read and written. */
export const chunkShape: Shape<Chunk> = object({
  id: string,
  article_id: string,
  position: integer,
  content: string,
});

/** How values of `ChunkPage` are read and written. */
export const chunkPageShape: Shape<ChunkPage> = object({
  data: array(chunkShape),
  pagination: paginationShape,
});
