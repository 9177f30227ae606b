/** A help desk as others run it: an API key, a Swagger 2.0 document, offsets, and one webhook that a person pastes. */
import { random } from '../../random.ts';
import type { SandboxAnswer, SandboxContext, SandboxRequest, Simulator } from '../../types.ts';
import { Deliveries, type Delivery } from '../deliveries.ts';
import { find, headerOf, type Route, type Visit } from '../routes.ts';
import { deskDocument } from './document.ts';
import { Refusal } from './refusal.ts';
import {
  addComment,
  attach,
  createTicket,
  deleteTicket,
  getTicket,
  listTickets,
  move,
  moveTicket,
  pageOf,
  updateTicket,
} from './tickets.ts';
import { Webhook, type Pasted, type PasteOutcome } from './webhook.ts';
import { STATUSES, type Ticket, World } from './world.ts';

export type DeskSimulator = Simulator & {
  apiKey: string;
  collections: readonly string[];
  /** The true state. */
  collection(name: string): unknown[] | undefined;
  /** A person pastes an address as the desk's webhook. */
  paste(pasted: Pasted): Promise<PasteOutcome>;
  /** A person opens a ticket in the desk itself; ends when the receiver was told, or given up. */
  ask(summary: string, reporter: string): Promise<{ ticket: Ticket; deliveries: Delivery[] }>;
  /** A person moves a ticket; likewise. */
  move(key: string, status: string): Promise<{ ticket: Ticket; deliveries: Delivery[] }>;
  close(): void;
};

export function createDesk({ options, clock }: SandboxContext): DeskSimulator {
  const key = random(options.seed, 'desk', 'key');
  const apiKey = `desk_${Array.from({ length: 32 }, () => key.int(0, 15).toString(16)).join('')}`;
  let world = new World(options.seed, clock);
  let deliveries = new Deliveries();
  let webhook = new Webhook(deliveries);
  const tell = (event: string, ticket: Ticket): void => void webhook.tell(event, ticket);

  const document: Route = {
    operation: 'GET /swagger.yaml',
    handler: ({ request }) => {
      const headers = { 'content-type': 'application/yaml' };
      return { status: 200, headers, raw: deskDocument(request.headers.host ?? '') };
    },
  };
  const routes: readonly Route[] = [
    document,
    route('GET /myself', () => ({ status: 200, json: world.users[0] })),
    route('GET /projects', ({ request: { query } }) =>
      pageOf(
        world.projects.map(({ key: project, name }) => ({ key: project, name })),
        query,
      ),
    ),
    route('GET /projects/{projectKey}/issue-types', (visit) => issueTypes(world, visit)),
    route('GET /users/search', (visit) => searchUsers(world, visit)),
    route('GET /tickets', (visit) => listTickets(world, visit)),
    route('POST /tickets', (visit) => createTicket(world, visit, tell)),
    route('GET /tickets/{ticketKey}', (visit) => getTicket(world, visit)),
    route('PUT /tickets/{ticketKey}', (visit) => updateTicket(world, visit, tell)),
    route('DELETE /tickets/{ticketKey}', (visit) => deleteTicket(world, visit)),
    route('POST /tickets/{ticketKey}/status', (visit) => moveTicket(world, visit, tell)),
    route('POST /tickets/{ticketKey}/comments', (visit) => addComment(world, visit, tell)),
    route('POST /tickets/{ticketKey}/attachments', (visit) => attach(world, visit)),
  ];

  const answer = async (request: SandboxRequest): Promise<SandboxAnswer> => {
    const found = find(routes, request.method, request.rawPath);
    if (!('route' in found)) {
      const status = found.otherMethods.length > 0 ? 405 : 404;
      throw new Refusal(status, `There is no ${request.method} ${request.rawPath}.`);
    }
    if (found.route !== document && headerOf(request, 'x-desk-key') !== apiKey) {
      throw new Refusal(401, 'The key in X-Desk-Key is missing or wrong.');
    }
    return found.route.handler({ request, params: found.params, base: '' });
  };

  return {
    apiKey,
    async handle(request) {
      try {
        return await answer(request);
      } catch (error) {
        if (error instanceof Refusal) return error.answer();
        throw error;
      }
    },
    operationOf(request) {
      const found = find(routes, request.method, request.rawPath);
      return 'route' in found ? found.route.operation : undefined;
    },
    tooManyRequests: () => new Refusal(429, 'Too many requests.').answer(),
    serverError: () => new Refusal(500, 'Something broke.').answer(),
    reset() {
      deliveries.stop();
      world = new World(options.seed, clock);
      deliveries = new Deliveries();
      webhook = new Webhook(deliveries);
    },
    collections: ['projects', 'users', 'tickets', 'deliveries'],
    collection(name) {
      switch (name) {
        case 'projects':
        case 'users':
          return [...world[name]];
        case 'tickets':
          return [...world.tickets.values()];
        case 'deliveries':
          return deliveries.log;
        default:
          return undefined;
      }
    },
    paste: (pasted) => webhook.paste(pasted),
    async ask(summary, reporter) {
      const ticket = world.open({ project: 'SUP', issueType: '101', summary, reporter });
      return { ticket, deliveries: await webhook.tell('ticket.created', ticket) };
    },
    async move(ticketKey, status) {
      const ticket = world.tickets.get(ticketKey);
      const to = STATUSES.find((one) => one === status);
      if (ticket === undefined) throw new TypeError(`the desk has no ticket ${ticketKey}`);
      if (to === undefined) throw new TypeError(`status must be one of ${STATUSES.join(', ')}`);
      let told: Promise<Delivery[]> = Promise.resolve([]);
      move(world, ticket, to, (event, moved) => {
        told = webhook.tell(event, moved);
      });
      return { ticket, deliveries: await told };
    },
    close: () => deliveries.stop(),
  };
}

/** Its path in the document is below `/api`. */
function route(operation: string, handler: Route['handler']): Route {
  return { operation: operation.replace(' /', ' /api/'), handler };
}

function issueTypes(world: World, { params }: Visit): SandboxAnswer {
  const project = world.project(params['projectKey']);
  if (project === undefined) throw new Refusal(404, `There is no project ${params['projectKey']}.`);
  return { status: 200, json: project.issueTypes };
}

function searchUsers(world: World, { request: { query } }: Visit): SandboxAnswer {
  const part = (query.get('query') ?? '').toLowerCase();
  const rows = world.users.filter(({ displayName, email }) =>
    `${displayName} ${email}`.toLowerCase().includes(part),
  );
  return pageOf(rows, query);
}
