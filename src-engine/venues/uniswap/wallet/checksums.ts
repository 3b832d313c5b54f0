/** Letters of an address in both cases are its checksum (EIP-55): a digit that was typed wrong shows in it. */
import { UserError } from '../../../domain/errors.ts';
import type { Deployment } from '../deployments.ts';

/** Hashes with viem, which is loaded here alone. @throws UserError that names the first address whose checksum is wrong. */
export async function demandChecksums(deployment: Deployment, file: string): Promise<void> {
  const { v2Factory, v3Factory, multicall, routers, tokens } = deployment;
  const named = [
    ['v2Factory', v2Factory],
    ['v3Factory', v3Factory],
    ['multicall', multicall],
    ...Object.entries(routers ?? {}).map(([version, address]) => [`router of ${version}`, address] as const),
    ...tokens.map(({ asset, address }) => [asset, address] as const),
  ] as const;
  const { checksumAddress } = await import('viem');
  for (const [name, address] of named) {
    const digits = address.slice(2);
    const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
    if (isPlain || checksumAddress(address.toLowerCase() as `0x${string}`) === address) continue;
    throw new UserError({
      code: 'bad-contracts',
      field: '--contracts',
      value: file,
      message: `has as ${name} the address ${address}, whose checksum is wrong`,
      remedy: 'Copy the address again. One in small letters alone has no checksum.',
    });
  }
}
