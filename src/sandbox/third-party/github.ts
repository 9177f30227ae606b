/** Sends the webhook that GitHub sends when a release is published: the same headers, the same signature. */
import { createHmac } from 'node:crypto';
import { Deliveries, type Delivery, isLoopback } from './deliveries.ts';

/** One release. */
export interface Release {
  url: string;
  secret: string;
  /** Such as `v1.4.0`. */
  tag: string;
  repository: string;
  name?: string;
  /** `published` when left out. */
  action?: string;
}

/** A release that came as JSON, or what is wrong with it. */
export function readRelease(value: Record<string, unknown>): Release | string {
  const { url, secret, tag, repository = 'octo-org/octo-repo', name, action } = value;
  if (!isLoopback(url)) return 'url must be http on the loopback interface';
  for (const [member, text] of Object.entries({ secret, tag, repository })) {
    if (typeof text !== 'string' || text === '') return `${member} must be a text`;
  }
  for (const [member, text] of Object.entries({ name, action })) {
    if (text !== undefined && typeof text !== 'string') return `${member} must be a text`;
  }
  return { ...(value as { secret: string; tag: string }), url, repository: String(repository) };
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#release */
export function sendRelease(release: Release): Promise<Delivery> {
  const { url, secret, tag, repository, name = tag, action = 'published' } = release;
  const [owner = '', repo = ''] = repository.split('/');
  const page = `https://github.com/${repository}`;
  const now = new Date().toISOString();
  const body = JSON.stringify({
    action,
    release: {
      id: 1,
      html_url: `${page}/releases/tag/${tag}`,
      tag_name: tag,
      target_commitish: 'main',
      name,
      draft: false,
      prerelease: false,
      body: `What is new in ${name}`,
      created_at: now,
      published_at: now,
      author: { login: owner, type: 'User' },
      assets: [],
    },
    repository: {
      id: 1,
      name: repo,
      full_name: repository,
      private: false,
      html_url: page,
      owner: { login: owner },
    },
    sender: { login: owner, type: 'User' },
  });
  const headers = (text: string, delivery: string): Record<string, string> => ({
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-event': 'release',
    'x-github-delivery': delivery,
    'x-github-hook-id': '1',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
  });
  return new Deliveries().send({ url, event: 'release', body, headers });
}
