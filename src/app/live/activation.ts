import { LiveActivation } from '../../activate/live.ts';
import { connectors } from '../../catalog.ts';
import type { Connector } from '../../core/connector.ts';
import type { PushedEvent } from '../../core/trigger.ts';
import type { EventHandler } from '../../webhooks/handlers.ts';
import { peopleOptions } from '../activation.ts';
import type { App } from '../app.ts';
import type { LiveHandler } from './handlers.ts';

/** The connections between which people are brought over. */
const FROM = 'zoom';
const TO = 'brevo';

/** One for each event that tells something of people. */
export function activationHandlers(): LiveHandler[] {
  return Object.values<Connector>(connectors).flatMap(({ id, people }) =>
    Object.entries(people?.pushes ?? {}).map(([pattern, read]) => ({
      name: 'bring people over',
      connector: id,
      pattern,
      handle: (app) => handlerOf(app, read),
    })),
  );
}

type Read = NonNullable<NonNullable<Connector['people']>['pushes']>[string];

function handlerOf(app: App, read: Read): EventHandler<PushedEvent> {
  return async (event, { connection, happenedAt, receivedAt }) => {
    // Other accounts may push as well; people are brought over from this one.
    if (connection !== FROM || !mayActivate(app)) return;
    const happening = read(event);
    if (happening) await (await activationOf(app)).take(happening, happenedAt ?? receivedAt);
  };
}

/** Begins to act on what events tell, in this process. */
export async function startActivation(app: App): Promise<void> {
  if (mayActivate(app)) await (await activationOf(app)).start();
}

/** Has people looked at at once by whoever serves or works; false when nobody is there, so that the next activation does. */
export async function lookAgain(app: App, people: readonly string[]): Promise<boolean> {
  if (!mayActivate(app) || !(await somebodyWorks(app))) return false;
  await (await activationOf(app)).look([...new Set(people)]);
  return true;
}

const ALIVE = 'SELECT count(*) AS count FROM job_workers WHERE alive_until > $1';

async function somebodyWorks(app: App): Promise<boolean> {
  const store = await app.store();
  if (!store.can.manyOwners) return app.servingSince !== undefined;
  const [alive] = await store.sql<{ count: number }>(ALIVE, [store.now()]);
  return (alive?.count ?? 0) > 0;
}

function mayActivate({ config: { zoom, brevo } }: App): boolean {
  return zoom.enabled && zoom.accountId !== undefined && brevo.apiKey !== undefined;
}

const made = new WeakMap<App, Promise<LiveActivation>>();

function activationOf(app: App): Promise<LiveActivation> {
  let activation = made.get(app);
  if (!activation) made.set(app, (activation = make(app)));
  return activation;
}

async function make(app: App): Promise<LiveActivation> {
  return new LiveActivation(
    {
      store: await app.store(),
      jobs: await app.jobs(),
      log: app.log,
      setTimer: app.world.setTimer,
      names: { from: FROM, to: TO },
      from: async () => {
        const session = await app.session(FROM);
        const { people } = session.connector;
        if (!people) throw new Error('the catalog has no people source');
        return { session, people };
      },
      to: async () => {
        const session = await app.session(TO);
        const { audience } = session.connector;
        if (!audience) throw new Error('the catalog has no audience');
        return { session, audience };
      },
    },
    { ...peopleOptions(app.config), sendEvents: app.config.brevo.events },
  );
}
