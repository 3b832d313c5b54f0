/** Examples that Kraken publishes in its documentation, docs.kraken.com: book checksums and a signed call. */

/** Price and quantity as the documentation writes them. */
export type ExampleLevel = readonly [price: string, qty: string];

export type ChecksumExample = {
  readonly asks: readonly ExampleLevel[];
  readonly bids: readonly ExampleLevel[];
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly checksum: number;
};

/** "Book checksum (WebSocket v1)". */
export const WEBSOCKET_V1: ChecksumExample = {
  asks: [
    ['0.05005', '0.00000500'],
    ['0.05010', '0.00000500'],
    ['0.05015', '0.00000500'],
    ['0.05020', '0.00000500'],
    ['0.05025', '0.00000500'],
    ['0.05030', '0.00000500'],
    ['0.05035', '0.00000500'],
    ['0.05040', '0.00000500'],
    ['0.05045', '0.00000500'],
    ['0.05050', '0.00000500'],
  ],
  bids: [
    ['0.05000', '0.00000500'],
    ['0.04995', '0.00000500'],
    ['0.04990', '0.00000500'],
    ['0.04980', '0.00000500'],
    ['0.04975', '0.00000500'],
    ['0.04970', '0.00000500'],
    ['0.04965', '0.00000500'],
    ['0.04960', '0.00000500'],
    ['0.04955', '0.00000500'],
    ['0.04950', '0.00000500'],
  ],
  priceDecimals: 5,
  qtyDecimals: 8,
  checksum: 974947235,
};

/** "Book checksum (WebSocket v2)". */
export const WEBSOCKET_V2: ChecksumExample = {
  asks: [
    ['45285.2', '0.00100000'],
    ['45286.4', '1.54571953'],
    ['45286.6', '1.54571109'],
    ['45289.6', '1.54560911'],
    ['45290.2', '0.15890660'],
    ['45291.8', '1.54553491'],
    ['45294.7', '0.04454749'],
    ['45296.1', '0.35380000'],
    ['45297.5', '0.09945542'],
    ['45299.5', '0.18772827'],
  ],
  bids: [
    ['45283.5', '0.10000000'],
    ['45283.4', '1.54582015'],
    ['45282.1', '0.10000000'],
    ['45281.0', '0.10000000'],
    ['45280.3', '1.54592586'],
    ['45279.0', '0.07990000'],
    ['45277.6', '0.03310103'],
    ['45277.5', '0.30000000'],
    ['45277.3', '1.54602737'],
    ['45276.6', '0.15445238'],
  ],
  priceDecimals: 1,
  qtyDecimals: 8,
  checksum: 3310070434,
};

/** "Book (Level 2)", the snapshot of MATIC/USD: its JSON lost trailing zeros, which the checksum needs. */
export const TRAILING_ZEROS_LOST: ChecksumExample = {
  asks: [
    ['0.5668', '4410.79769741'],
    ['0.5669', '4655.40412487'],
    ['0.567', '49844.89424998'],
    ['0.5671', '24306.41678'],
    ['0.5672', '29783.25223475'],
    ['0.5673', '57234.71239278'],
    ['0.5674', '45065.04744'],
    ['0.5675', '5912.76380354'],
    ['0.5676', '42514.92434778'],
    ['0.5677', '36304.0847022'],
  ],
  bids: [
    ['0.5666', '4831.75496356'],
    ['0.5665', '6658.22734739'],
    ['0.5664', '18724.91513344'],
    ['0.5663', '11563.92544914'],
    ['0.5662', '14006.65365711'],
    ['0.5661', '17454.85679807'],
    ['0.566', '18097.1547'],
    ['0.5659', '33644.89175666'],
    ['0.5658', '148.3464'],
    ['0.5657', '606.70854372'],
  ],
  priceDecimals: 4,
  qtyDecimals: 8,
  checksum: 2439117997,
};

/** "Spot REST Authentication": the key is an example and opens no account. */
export const SIGNED_CALL = {
  secret: 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==',
  nonce: '1616492376594',
  path: '/0/private/AddOrder',
  body: 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25',
  signature: '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
} as const;
