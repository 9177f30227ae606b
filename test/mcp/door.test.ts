import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { offeredTools } from '../../src/mcp/offered-tools.ts';
import { offerOf } from '../../src/mcp/offer.ts';
import { openHouse, TOKEN, type House } from '../server/house.ts';

const AUDIENCE = 'https://trunkline.example.com/mcp';

describe('an authorization server that the configuration names', () => {
  let house: House;
  let issuer: string;
  let sign: (
    claims: JWTPayload,
    more?: { issuer?: string; audience?: string; key?: Parameters<SignJWT['sign']>[0] },
  ) => Promise<string>;
  let close: () => void;
  before(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
    const server = createServer((request, response) => {
      const found: Record<string, unknown> = {
        '/.well-known/oauth-authorization-server': { issuer, jwks_uri: `${issuer}/keys` },
        '/keys': { keys: [jwk] },
      };
      const body = found[request.url ?? ''];
      response
        .writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
        .end(JSON.stringify(body ?? {}));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    sign = (claims, more = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(more.issuer ?? issuer)
        .setAudience(more.audience ?? AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '5m')
        .sign(more.key ?? privateKey);
    const config = `schedules: { activate: never }\nmcp: { connections: [zoom], oauth: { issuer: "${issuer}", audience: "${AUDIENCE}", scopes: [trunkline] } }\n`;
    house = await openHouse({ config });
  });
  after(async () => {
    close();
    await house[Symbol.asyncDispose]();
  });

  const ask = (token: string) =>
    fetch(`${house.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
    });

  test('is where clients are sent to', async () => {
    const bare = await fetch(`${house.url}/mcp`, { method: 'POST' });
    assert.equal(bare.status, 401);
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(bare.headers.get('www-authenticate') ?? '') ?? [];
    const metadata = (await (await fetch(url)).json()) as Record<string, unknown>;
    assert.deepEqual(
      [metadata['resource'], metadata['authorization_servers'], metadata['scopes_supported']],
      [AUDIENCE, [issuer], ['trunkline']],
    );
  });

  test('lets in who has its token for us, with the scope', async () => {
    assert.equal((await ask(await sign({ scope: 'openid trunkline' }))).status, 200);
    assert.equal((await ask(await sign({ scp: ['trunkline'] }))).status, 200);
    assert.equal((await ask(TOKEN)).status, 200, 'the admin token goes on to work');
  });

  test('lets in nobody else: for another, of another, too old, forged, without the scope', async () => {
    const { privateKey: strange } = await generateKeyPair('RS256');
    const scope = 'trunkline';
    const wrong = [
      await sign({ scope }, { audience: 'https://other.example.com' }),
      await sign({ scope }, { issuer: 'https://login.evil.example' }),
      await sign({ scope, exp: Math.floor(Date.now() / 1000) - 3600 }),
      await sign({ scope }, { key: strange }),
      'not.a.token',
    ];
    for (const token of wrong) {
      const answer = await ask(token);
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
    }
    const poor = await ask(await sign({ scope: 'openid' }));
    assert.equal(poor.status, 403);
    assert.match(poor.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/);
    // The token opens /mcp, and nothing else of the server.
    const api = await fetch(`${house.url}/api/v1/status`, {
      headers: { authorization: `Bearer ${await sign({ scope })}` },
    });
    assert.equal(api.status, 401);
  });

  test('only what the configuration offers is there', async () => {
    const transport = new StreamableHTTPClientTransport(new URL(`${house.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${await sign({ scope: 'trunkline' })}` } },
    });
    const client = new Client({ name: 'one', version: '1' });
    await client.connect(transport);
    const result = await client.callTool({ name: 'find_actions', arguments: { query: 'list' } });
    assert.deepEqual((result.structuredContent as { connections: string[] }).connections, ['zoom']);
    await client.close();
  });
});

test('the list of tools stays small: below 8,000 tokens, counted as one for three characters', async () => {
  await using house = await openHouse();
  const cost = async (choice: Parameters<typeof offerOf>[1]): Promise<number> => {
    const tools = [...(await offeredTools(house.app, await offerOf(house.app, choice))).values()];
    // Real tokenizers need one for 3.3 to 4.2 characters of such JSON; three is on the safe side.
    return JSON.stringify(tools.map(({ tool }) => tool)).length / 3;
  };
  assert.ok((await cost({})) < 8000);
  assert.ok((await cost({ write: true, destroy: ['zoom.meetings.remove'] })) < 8000);
  assert.ok((await cost({ everyAction: true })) > 8000, 'so that is a choice, not the default');
});

test('a document tells authorization servers who Trunkline is', async () => {
  await using house = await openHouse({ env: { TRUNKLINE_PUBLIC_URL: 'https://trunkline.example.com' } });
  const document = (await (await fetch(`${house.url}/oauth/client.json`)).json()) as Record<string, unknown>;
  assert.equal(document['client_id'], 'https://trunkline.example.com/oauth/client.json');
});
