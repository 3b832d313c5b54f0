/**
 * CRC-32 (the polynomial of zlib and IEEE 802.3, bits reversed) in a form that lets parts of a text be summed
 * apart and joined. A CRC register is linear: what it holds after A and then B is what it held after A, moved on
 * by as many zero bytes as B is long, xor what B alone leaves in an empty register. Moving on is four table
 * look-ups, whatever the distance. Registers are signed 32-bit integers, which the engine keeps without a heap
 * object; they are neither preset nor inverted here.
 */
const POLYNOMIAL = 0xedb8_8320 | 0;

/** Distances below this have a table each; beyond it, so have its multiples up to MOST_MOVES. */
const FINE = 32;
const MOST_MOVES = 320;
/** A table: what each value of each of the four bytes of a register becomes. */
const TABLE = 4 * 256;

/** The register after one zero byte, by its lowest byte. */
const ZERO_BYTE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** Tables 0 … 31: by so many bytes. Tables 32 … 42: by (table − 32) × 32 bytes. */
const MOVES = new Int32Array((FINE + MOST_MOVES / FINE + 1) * TABLE);
for (let byte = 0; byte < TABLE; byte++) {
  let crc = (byte & 255) << ((byte >>> 8) * 8);
  for (let distance = 0; distance <= MOST_MOVES; distance++) {
    if (distance < FINE) MOVES[distance * TABLE + byte] = crc;
    if (distance % FINE === 0) MOVES[(FINE + distance / FINE) * TABLE + byte] = crc;
    crc = (crc >>> 8) ^ (ZERO_BYTE[crc & 255] as number);
  }
}

/** The register after bytes[start … end). */
export function appendBytes(register: number, bytes: Uint8Array, end: number, start = 0): number {
  let crc = register;
  for (let i = start; i < end; i++)
    crc = (crc >>> 8) ^ (ZERO_BYTE[(crc ^ (bytes[i] as number)) & 255] as number);
  return crc;
}

/** The register after `distance` zero bytes, from 0 to 320. */
export function moveOn(register: number, distance: number): number {
  const crc = distance < FINE ? register : moved(register, FINE + (distance >>> 5));
  return moved(crc, distance & (FINE - 1));
}

function moved(crc: number, table: number): number {
  const at = table * TABLE;
  return (
    (MOVES[at + (crc & 255)] as number) ^
    (MOVES[at + 256 + ((crc >>> 8) & 255)] as number) ^
    (MOVES[at + 512 + ((crc >>> 16) & 255)] as number) ^
    (MOVES[at + 768 + (crc >>> 24)] as number)
  );
}
