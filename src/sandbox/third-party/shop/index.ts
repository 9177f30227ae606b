/** A shop as others run it: OAuth2, an OpenAPI 3.1 document, cursors, uploads and webhooks to subscribe to. */
import { random } from '../../random.ts';
import type { SandboxAnswer, SandboxContext, SandboxRequest, Simulator } from '../../types.ts';
import { Deliveries, type Delivery } from '../deliveries.ts';
import { find, type Route, type Visit } from '../routes.ts';
import { switched } from '../switches.ts';
import { shopDocument } from './document.ts';
import {
  addImage,
  createProduct,
  deleteProduct,
  getImage,
  getProduct,
  listProducts,
  updateProduct,
} from './goods.ts';
import { type Grant, OAuth, type Manners as TokenManners, type ShopClient } from './oauth.ts';
import { Problem } from './problem.ts';
import {
  cancelOrder,
  createCustomer,
  createOrder,
  getCustomer,
  getOrder,
  listCustomers,
  listOrders,
  updateCustomer,
} from './sales.ts';
import { Subscriptions, type Manners as HookManners } from './subscriptions.ts';
import { type Order, World } from './world.ts';

/** An order that a buyer makes in the shop itself. */
export interface Purchase {
  email: string;
  first_name?: string;
  last_name?: string;
  /** Id or SKU; any product when left out. */
  product?: string;
  quantity?: number;
}

export type ShopSwitches = TokenManners & HookManners;

export type ShopSimulator = Simulator & {
  client: ShopClient;
  collections: readonly string[];
  /** The true state. */
  collection(name: string): unknown[] | undefined;
  /** A buyer orders; ends when all who listen have been told, or were given up. */
  buy(purchase: Purchase): Promise<{ order: Order; deliveries: Delivery[] }>;
  /** Turns switches until the next reset; throws `TypeError` for what there is not. */
  turn(switches: Record<string, unknown>): ShopSwitches;
  /** All access tokens end now. */
  revokeTokens(): void;
  close(): void;
};

const START: ShopSwitches = {
  tokenSeconds: 3600,
  denyConsent: false,
  subscriptionSeconds: 0,
  verifySubscriptions: false,
  subscribeDelayMs: 0,
};

export function createShop({ options, clock }: SandboxContext): ShopSimulator {
  const key = random(options.seed, 'shop', 'client');
  const hex = (n: number): string => Array.from({ length: n }, () => key.int(0, 15).toString(16)).join('');
  const client = { id: `shop-${hex(12)}`, secret: hex(40) };
  const manners = { ...START };
  let world = new World(options.seed, clock);
  let deliveries = new Deliveries();
  let oauth = new OAuth(clock, client, manners);
  let subscriptions = new Subscriptions(clock, deliveries, manners);
  const tell = (event: string, object: unknown): void => void subscriptions.tell(event, object);

  const open: readonly Route[] = [
    { operation: 'GET /openapi.json', handler: ({ base }) => ({ status: 200, json: shopDocument(base) }) },
    { operation: 'GET /oauth/authorize', handler: (visit) => oauth.authorize(visit) },
    { operation: 'POST /oauth/token', handler: (visit) => oauth.token(visit) },
    { operation: 'POST /oauth/revoke', handler: (visit) => oauth.revoke(visit) },
  ];
  const guarded: readonly Route[] = [
    route('GET /me', undefined, (visit) => ({ status: 200, json: me(grantOf(visit.request)) })),
    route('GET /products', 'products:read', (visit) => listProducts(world, visit)),
    route('POST /products', 'products:write', (visit) => createProduct(world, visit)),
    route('GET /products/{productId}', 'products:read', (visit) => getProduct(world, visit)),
    route('PATCH /products/{productId}', 'products:write', (visit) => updateProduct(world, visit)),
    route('DELETE /products/{productId}', 'products:write', (visit) => deleteProduct(world, visit)),
    route('POST /products/{productId}/images', 'products:write', (visit) => addImage(world, visit)),
    route('GET /products/{productId}/images/{imageId}', 'products:read', (visit) => getImage(world, visit)),
    route('GET /customers', 'customers:read', (visit) => listCustomers(world, visit)),
    route('POST /customers', 'customers:write', (visit) => createCustomer(world, visit, tell)),
    route('GET /customers/{customerId}', 'customers:read', (visit) => getCustomer(world, visit)),
    route('PATCH /customers/{customerId}', 'customers:write', (visit) => updateCustomer(world, visit, tell)),
    route('GET /orders', 'orders:read', (visit) => listOrders(world, visit)),
    route('POST /orders', 'orders:write', (visit) => createOrder(world, visit, tell)),
    route('GET /orders/{orderId}', 'orders:read', (visit) => getOrder(world, visit)),
    route('POST /orders/{orderId}/cancel', 'orders:write', (visit) => cancelOrder(world, visit, tell)),
    route('GET /webhooks', 'webhooks:manage', (visit) => subscriptions.list(visit)),
    route('POST /webhooks', 'webhooks:manage', (visit) => subscriptions.create(visit)),
    route('GET /webhooks/{webhookId}', 'webhooks:manage', (visit) => subscriptions.get(visit)),
    route('DELETE /webhooks/{webhookId}', 'webhooks:manage', (visit) => subscriptions.remove(visit)),
    route('POST /webhooks/{webhookId}/renew', 'webhooks:manage', (visit) => subscriptions.renew(visit)),
  ];
  const routes = [...open, ...guarded];
  const secured = new Set(guarded);

  const grantOf = ({ headers }: SandboxRequest): Grant => {
    const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
    const grant = token === undefined ? undefined : oauth.check(token);
    if (grant) return grant;
    throw new Problem(
      401,
      'unauthorized',
      token === undefined ? 'a bearer token is needed' : 'the token is not valid',
    );
  };

  const answer = async (request: SandboxRequest): Promise<SandboxAnswer> => {
    const found = find(routes, request.method, request.rawPath);
    if (!('route' in found)) {
      const known = found.otherMethods.length > 0;
      throw new Problem(
        known ? 405 : 404,
        known ? 'method' : 'no-route',
        `no ${request.method} ${request.rawPath}`,
      );
    }
    const { route: chosen, params } = found;
    if (secured.has(chosen)) {
      const { scopes } = grantOf(request);
      if (chosen.scope !== undefined && !scopes.has(chosen.scope)) {
        throw new Problem(403, 'insufficient-scope', `this needs the scope ${chosen.scope}`);
      }
    }
    const visit: Visit = { request, params, base: `http://${request.headers.host}/third-party/shop` };
    return chosen.handler(visit);
  };

  return {
    client,
    async handle(request) {
      try {
        return await answer(request);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const challenge = error.status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {};
        const refusal = error.answer();
        return { ...refusal, headers: { ...refusal.headers, ...challenge } };
      }
    },
    operationOf(request) {
      const found = find(routes, request.method, request.rawPath);
      return 'route' in found ? found.route.operation : undefined;
    },
    tooManyRequests: () => {
      const refusal = new Problem(429, 'too-many-requests', 'slow down').answer();
      return { ...refusal, headers: { ...refusal.headers, 'retry-after': '1' } };
    },
    serverError: () => new Problem(500, 'internal', 'something broke').answer(),
    reset() {
      deliveries.stop();
      Object.assign(manners, START);
      world = new World(options.seed, clock);
      deliveries = new Deliveries();
      oauth = new OAuth(clock, client, manners);
      subscriptions = new Subscriptions(clock, deliveries, manners);
    },
    collections: ['products', 'customers', 'orders', 'images', 'webhooks', 'deliveries'],
    collection(name) {
      switch (name) {
        case 'products':
        case 'customers':
        case 'orders':
          return [...world[name].values()];
        case 'images':
          return [...world.images.values()].map(({ bytes, ...rest }) => ({ ...rest, size: bytes.length }));
        case 'webhooks':
          return [...subscriptions.all.values()];
        case 'deliveries':
          return deliveries.log;
        default:
          return undefined;
      }
    },
    async buy({ email, product, quantity = 1, ...names }) {
      const goods = [...world.products.values()];
      const chosen =
        product === undefined ? goods[0] : goods.find(({ id, sku }) => id === product || sku === product);
      if (chosen === undefined) throw new TypeError(`the shop has no product ${product}`);
      const order = world.place(world.customerOf(email, names), [{ product: chosen, quantity }]);
      return { order, deliveries: await subscriptions.tell('order.created', order) };
    },
    turn: (switches) => switched(manners, switches),
    revokeTokens: () => oauth.revokeAccess(),
    close: () => deliveries.stop(),
  };
}

/** Its path in the document is below `/v1`. */
function route(operation: string, scope: string | undefined, handler: Route['handler']): Route {
  const whole = operation.replace(' /', ' /v1/');
  return { operation: whole, handler, ...(scope === undefined ? {} : { scope }) };
}

function me({ user, scopes }: Grant): unknown {
  return { shop: 'Sandbox shop', user: user ?? null, scopes: [...scopes] };
}
