/** Products, with pictures that are uploaded in parts. */
import { isRecord } from '../../record.ts';
import type { SandboxAnswer } from '../../types.ts';
import { formOf, jsonObject, typeOf, type Visit } from '../routes.ts';
import { pageOf } from './paging.ts';
import { notFound, Problem, refuse, type Wrong } from './problem.ts';
import { newId, type Product, type World } from './world.ts';

const STATUSES = ['active', 'draft', 'archived'] as const;
const MEMBERS = new Set(['sku', 'name', 'description', 'price', 'status', 'metadata']);
const CURRENCY = /^[A-Z]{3}$/;

export function listProducts(world: World, { request: { query } }: Visit): SandboxAnswer {
  const ids = query.get('ids')?.split(',');
  const tags = query.getAll('tag');
  // OpenAPI's `deepObject`.
  const status = query.get('filter[status]');
  const least = query.get('filter[min_price]');
  const rows = [...world.products.values()].filter(
    (one) =>
      (ids === undefined || ids.includes(one.id)) &&
      tags.every((tag) => one.tags.includes(tag)) &&
      (status === null || one.status === status) &&
      (least === null || one.price.amount >= Number(least)),
  );
  return { status: 200, json: pageOf(rows, query) };
}

export function getProduct(world: World, { params }: Visit): SandboxAnswer {
  return { status: 200, json: productOf(world, params) };
}

export function createProduct(world: World, { request, base }: Visit): SandboxAnswer {
  const body = bodyOf(jsonObject(request));
  const errors = wrongs(body);
  for (const name of ['sku', 'name', 'price']) {
    if (body[name] === undefined) errors.push({ pointer: `/${name}`, detail: 'is required' });
  }
  if ([...world.products.values()].some(({ sku }) => sku === body['sku'])) {
    errors.push({ pointer: '/sku', detail: 'is taken' });
  }
  refuse(errors);
  const { sku, name, price } = body as Pick<Product, 'sku' | 'name' | 'price'>;
  const start = { id: newId('prod'), sku, name, price, status: 'draft', tags: [], metadata: {} } as const;
  const product: Product = { ...start, ...changes(body), tags: tagsOf(body), created_at: world.now() };
  world.products.set(product.id, product);
  return { status: 201, headers: { location: `${base}/v1/products/${product.id}` }, json: product };
}

/** A merge patch (RFC 7396): null takes a member away. */
export function updateProduct(world: World, { request, params }: Visit): SandboxAnswer {
  const product = productOf(world, params);
  const body = bodyOf(jsonObject(request));
  refuse(wrongs(body));
  Object.assign(product, changes(body), body['tags'] === undefined ? {} : { tags: tagsOf(body) });
  if (body['description'] === null) delete product.description;
  return { status: 200, json: product };
}

export function deleteProduct(world: World, { params }: Visit): SandboxAnswer {
  world.products.delete(productOf(world, params).id);
  return { status: 204 };
}

/** `multipart/form-data`: the file, a text, a number and a JSON part. */
export async function addImage(world: World, { request, params, base }: Visit): Promise<SandboxAnswer> {
  const product = productOf(world, params);
  if (typeOf(request) !== 'multipart/form-data') {
    throw new Problem(415, 'media-type', 'a picture comes as multipart/form-data');
  }
  const form = await formOf(request);
  const file = form?.get('file');
  const alt = form?.get('alt');
  if (!(file instanceof File)) {
    throw new Problem(422, 'invalid-input', 'no file', [{ pointer: '/file', detail: 'expected a file' }]);
  }
  if (!file.type.startsWith('image/')) {
    refuse([{ pointer: '/file', detail: `expected a picture, not ${file.type || 'nothing known'}` }]);
  }
  const image = {
    id: newId('img'),
    product_id: product.id,
    alt: typeof alt === 'string' ? alt : '',
    position: Number(form?.get('position') ?? 1),
    filename: file.name,
    content_type: file.type,
    bytes: Buffer.from(await file.arrayBuffer()),
  };
  world.images.set(image.id, image);
  const { bytes, ...rest } = image;
  const url = `${base}/v1/products/${product.id}/images/${image.id}`;
  return { status: 201, json: { ...rest, size: bytes.length, url } };
}

export function getImage(world: World, { params }: Visit): SandboxAnswer {
  const image = world.images.get(params['imageId'] ?? '');
  if (!image || image.product_id !== params['productId']) throw notFound('picture', params['imageId'] ?? '');
  return { status: 200, headers: { 'content-type': image.content_type }, raw: image.bytes };
}

/** The JSON object that a body had to be. */
export function bodyOf(body: Record<string, unknown> | undefined): Record<string, unknown> {
  if (body === undefined) throw new Problem(400, 'no-json', 'the body must be a JSON object, sent as JSON');
  return body;
}

function productOf(world: World, params: Readonly<Record<string, string>>): Product {
  const product = world.products.get(params['productId'] ?? '');
  if (product === undefined) throw notFound('product', params['productId'] ?? '');
  return product;
}

function wrongs(body: Record<string, unknown>): Wrong[] {
  const errors: Wrong[] = [];
  const { price, status, tags, metadata } = body;
  for (const name of ['sku', 'name']) {
    const value = body[name];
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      errors.push({ pointer: `/${name}`, detail: 'expected a text' });
    }
  }
  if (price !== undefined) {
    const whole = isRecord(price) && Number.isSafeInteger(price['amount']);
    if (!whole) errors.push({ pointer: '/price/amount', detail: 'expected a whole number of cents' });
    if (!isRecord(price) || !CURRENCY.test(String(price['currency']))) {
      errors.push({ pointer: '/price/currency', detail: 'expected three letters, such as EUR' });
    }
  }
  if (status !== undefined && !STATUSES.some((known) => known === status)) {
    errors.push({ pointer: '/status', detail: `expected one of ${STATUSES.join(', ')}` });
  }
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'))) {
    errors.push({ pointer: '/tags', detail: 'expected a list of texts' });
  }
  if (metadata !== undefined && !isRecord(metadata)) {
    errors.push({ pointer: '/metadata', detail: 'expected an object' });
  }
  return errors;
}

function changes(body: Record<string, unknown>): Partial<Product> {
  const given = Object.entries(body).filter(([name, value]) => MEMBERS.has(name) && value !== null);
  return Object.fromEntries(given) as Partial<Product>;
}

function tagsOf(body: Record<string, unknown>): string[] {
  return Array.isArray(body['tags']) ? [...new Set(body['tags'] as string[])] : [];
}
