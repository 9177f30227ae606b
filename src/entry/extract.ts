/** `trunkline/extract`: streams into destinations, and their rows page by page. */
export { defineDestination } from '../core/destination.ts';
export type { Column, ColumnType, Destination, Loader, LoadTransaction, Table } from '../core/destination.ts';
export { defineStream } from '../core/stream.ts';
export type { SliceValues, Span, Stream, StreamLane, StreamParent, StreamWindow } from '../core/stream.ts';
export type { RefusedRow } from '../core/reader.ts';
export { destinations } from '../catalog.ts';
export { planExtraction } from '../extract/forecast.ts';
export type * from '../extract/request.ts';
export { readStream } from '../extract/read-stream.ts';
export type { ReadStreamOptions, StreamPage } from '../extract/read-stream.ts';
export { runExtraction } from '../extract/run.ts';
