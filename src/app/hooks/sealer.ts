import type { HookSecrets } from '../../webhooks/hooks/rows.ts';
import type { KeeperDeps } from '../../webhooks/hooks/lifecycle.ts';
import type { App } from '../app.ts';

/** Encrypts the addresses and secrets of hooks with the key of the stored connections. */
export async function sealerOf(app: App): Promise<KeeperDeps['sealer']> {
  const vault = await app.stored.vault();
  return {
    seal: (name, secrets) => vault.sealText(labelOf(name), JSON.stringify(secrets)),
    open: async (name, sealed) => JSON.parse(await vault.openText(labelOf(name), sealed)) as HookSecrets,
  };
}

function labelOf(name: string): string {
  return `hook ${name}`;
}
