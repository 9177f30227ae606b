import type { Action, InputOf, ItemOf, OutputOf } from '../core/action.ts';
import type { Connector } from '../core/connector.ts';
import type { ItemPage } from '../core/reader.ts';
import type { Route } from '../core/route.ts';
import type { RouteArguments, RouteInput, RoutePages } from './route-request.ts';
import type { CallOptions, Session } from './session.ts';

/** One action as a function; a list also gives its pages or its items. */
export type Method<A extends Action> = ((input: InputOf<A>, options?: CallOptions) => Promise<OutputOf<A>>) &
  (A extends { pages: { items: string } }
    ? {
        /** Page by page. */
        pages(input: InputOf<A>, options?: CallOptions): AsyncIterable<ItemPage<ItemOf<A>>>;
        /** Row by row; a row of an unknown shape ends it with a `contract` error. */
        items(input: InputOf<A>, options?: CallOptions): AsyncIterable<ItemOf<A>>;
      }
    : unknown);

/** A connector's actions as methods: `client.meetings.get({ meetingId })`. */
export type Client<C extends Connector> = {
  readonly [Area in keyof C['actions']]: {
    readonly [Name in keyof C['actions'][Area]]: C['actions'][Area][Name] extends Action
      ? Method<C['actions'][Area][Name]>
      : never;
  };
} & { readonly session: Session; readonly request: RequestMethod };

/** Any route of the API as a function: `client.request('GET /users/{userId}', { userId })`. */
export interface RequestMethod {
  <R extends Route>(route: R, ...rest: RouteArguments<R, [options: CallOptions]>): Promise<unknown>;
  /** A list page by page: `client.request.pages('GET /users', {}, { items: 'users' })`. */
  pages<R extends Route>(
    route: R,
    input: RouteInput<R>,
    pages: RoutePages,
    options?: CallOptions,
  ): AsyncIterable<ItemPage<unknown>>;
}

/** The typed client of a session. */
export function createClient<C extends Connector>(connector: C, session: Session): Client<C> {
  const areas = Object.entries(connector.actions).map(([area, actions]) => {
    const methods = Object.entries(actions).map(([name, action]) => [name, methodOf(action, session)]);
    return [area, Object.freeze(Object.fromEntries(methods))];
  });
  const request = Object.assign(session.request.bind(session), { pages: session.requestPages.bind(session) });
  return Object.freeze({ ...Object.fromEntries(areas), session, request }) as Client<C>;
}

function methodOf(action: Action, session: Session): unknown {
  const method = (input: InputOf<Action>, options?: CallOptions) => session.call(action, input, options);
  if (!action.pages) return method;
  return Object.assign(method, {
    pages: (input: InputOf<Action>, options?: CallOptions) => session.pages(action, input, options),
    items: (input: InputOf<Action>, options?: CallOptions) => items(session, action, input, options),
  });
}

async function* items(session: Session, action: Action, input: InputOf<Action>, options?: CallOptions) {
  for await (const { rows, refused } of session.pages(action, input, options)) {
    yield* rows;
    const [first] = refused;
    if (first) throw session.unknownRow(action, first.reason);
  }
}
