/** `trunkline/extract`: reads streams page by page. */
export { defineStream } from '../core/stream.ts';
export type { Page, Slice, Stream } from '../core/stream.ts';
export type { Reader, RefusedRow } from '../core/reader.ts';
export { readStream } from '../extract/read-stream.ts';
export type { ReadStreamOptions, StreamPage } from '../extract/read-stream.ts';
