/** The chain in this process behind an address of this machine, as a node serves it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalChain } from './contracts.ts';

/** @param onRaw takes each signed transaction as it comes. */
export async function served(
  { rpc }: Pick<LocalChain, 'rpc'>,
  onRaw: (raw: string) => void = () => undefined,
): Promise<{ readonly endpoint: string; close(): void }> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly id: number;
        readonly method: string;
        readonly params: readonly unknown[];
      };
      if (method === 'eth_sendRawTransaction') onRaw(String(params[0]));
      const answer = await rpc.call(method, params).then(
        (result) => ({ result }),
        (error: unknown) => ({ error: { code: -32_000, message: String(error) } }),
      );
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
