import type { z } from 'zod';
import type { App } from '../app/index.ts';

/** What a route may use. */
export interface Context<Params, Query, Body> {
  app: App;
  /** Work that goes on when the answer has been given; the server waits for it when it stops. */
  background: (work: Promise<unknown>) => void;
  /** Where browsers reach this server. */
  publicUrl: string;
  /** Aborted when the server is to stop. */
  stopping: AbortSignal;
  params: Params;
  query: Query;
  body: Body;
}

/** One operation of the API: what it takes and gives is checked, documented and typed by the same schemas. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string;
  /** Unique name for programs that are made from the document. */
  readonly id: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Largest body, in bytes; that of the API when left out. */
  readonly maxBody?: number;
  /** 200 unless told. */
  readonly status?: 200 | 202;
  readonly answer: z.ZodType;
  run(context: Context<never, never, never>): Promise<unknown>;
}

interface RouteSpec<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  A extends z.ZodType,
> extends Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'run'> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  run(context: Context<OutputOf<P>, OutputOf<Q>, OutputOf<B>>): Promise<Sayable<z.input<A>>>;
}

/** JSON leaves out what is undefined: what may be missing may be undefined as well. */
type Sayable<T> = T extends object
  ? { [K in keyof T]: Sayable<T[K]> | (object extends Pick<T, K> ? undefined : never) }
  : T;

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined;

/** Declares a route. */
export function defineRoute<
  A extends z.ZodType,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B, A>): Route {
  // The server hands a route what its own schemas have read.
  return spec as unknown as Route;
}
