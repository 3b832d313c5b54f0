import { describe, expect, it } from 'vitest';
import { FrameError } from '../../toolkit/frame-error.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { parsePrivateFrame } from './private-frames.ts';

const ID = '0123456789abcdef0123456789abcdef';
const UUID = '01234567-89AB-cdef-0123-456789abcdef';

function executions(item: string): string {
  return `{"channel":"executions","type":"update","data":[{${item}}],"sequence":7}`;
}

const trade = (fields: string): string =>
  executions(
    `"order_id":"OK4GJX-KSTLS-7DZZO5","cl_ord_id":"${ID}","exec_id":"TRWL6S-QYHXC-CLVSPB","exec_type":"trade",` +
      `"symbol":"BTC/USD","side":"buy","liquidity_ind":"t","order_status":"partially_filled",` +
      `"timestamp":"2026-08-02T03:35:51.660084Z",${fields}`,
  );

describe('frames of the private channels', () => {
  it('report a fill with every digit, however the number is written', () => {
    const frame = parsePrivateFrame(
      trade('"last_qty":1e-8,"last_price":63388.10,"cost":1,"fees":[{"asset":"USD","qty":0.000000253552}]'),
    );
    expect(frame).toMatchObject({
      kind: 'executions',
      isSnapshot: false,
      sequence: 7,
      reports: [
        {
          kind: 'fill',
          orderId: ID,
          venueOrderId: 'OK4GJX-KSTLS-7DZZO5',
          atUs: 1_785_641_751_660_084,
          fill: {
            fillId: 'TRWL6S-QYHXC-CLVSPB',
            price: '63388.1',
            qty: '0.00000001',
            fee: '0.000000253552',
            feeAsset: 'USD',
          },
        },
      ],
    });
    const long = parsePrivateFrame(trade('"last_qty":12345678901.12345678,"last_price":1,"fees":[]'));
    expect(long).toMatchObject({
      reports: [{ fill: { qty: '12345678901.12345678', fee: '0', feeAsset: 'USD' } }],
    });
  });

  it('report with the end of an order how much of it was filled', () => {
    const end = (fields: string): unknown => {
      const frame = parsePrivateFrame(
        executions(`"order_id":"O1","cl_ord_id":"${ID}","exec_type":"canceled",${fields}"reason":"x"`),
      );
      return frame.kind === 'executions' ? frame.reports[0]?.filledQty : undefined;
    };
    expect(end('"cum_qty":0.00012345,')).toBe('0.00012345');
    expect(end('')).toBeUndefined();
  });

  it('know an order of ours by either form of its id, and others as others’', () => {
    const of = (clOrdId: string): unknown => {
      const frame = parsePrivateFrame(
        executions(`"order_id":"O1",${clOrdId}"exec_type":"new","timestamp":"2026-08-02T03:35:51Z"`),
      );
      return frame.kind === 'executions' ? frame.reports[0]?.orderId : undefined;
    };
    expect(of(`"cl_ord_id":"${ID}",`)).toBe(ID);
    expect(of(`"cl_ord_id":"${UUID}",`)).toBe(ID);
    expect(of('"cl_ord_id":"my-order-1",')).toBeUndefined();
    expect(of('')).toBeUndefined();
  });

  it.each([
    ['pending_new', 'accepted'],
    ['new', 'accepted'],
    ['filled', 'filled'],
    ['canceled', 'canceled'],
    ['expired', 'canceled'],
    ['amended', 'changed'],
    ['status', 'other'],
    ['something_new', 'other'],
  ])('say of exec_type %s: %s', (execType, kind) => {
    const frame = parsePrivateFrame(executions(`"order_id":"O1","exec_type":"${execType}"`));
    expect(frame).toMatchObject({ reports: [{ kind }] });
  });

  it('report balances, answers and the venue’s status', () => {
    expect(
      parsePrivateFrame(
        '{"channel":"balances","type":"snapshot","data":[{"asset":"BTC","balance":1e-7,"wallets":[]}],"sequence":1}',
      ),
    ).toEqual({
      kind: 'balances',
      isSnapshot: true,
      sequence: 1,
      balances: [{ asset: 'BTC', total: '0.0000001' }],
      unread: [],
    });
    expect(
      parsePrivateFrame(
        '{"error":"EOrder:Insufficient funds","method":"add_order","req_id":9,"success":false,"time_in":"2026-08-02T03:35:51.000001Z","time_out":"2026-08-02T03:35:51.000002Z"}',
      ),
    ).toMatchObject({
      kind: 'answer',
      requestId: 9,
      isSuccess: false,
      error: 'EOrder:Insufficient funds',
      timeInUs: 1_785_641_751_000_001,
    });
    expect(
      parsePrivateFrame('{"channel":"status","type":"update","data":[{"system":"cancel_only"}]}'),
    ).toEqual({
      kind: 'status',
      system: 'cancel_only',
    });
    expect(parsePrivateFrame('{"channel":"heartbeat"}')).toEqual({ kind: 'other' });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no sequence', '{"channel":"executions","type":"update","data":[]}'],
  ])('cannot be trusted with %s', (_name, text) => {
    expect(() => parsePrivateFrame(text)).toThrow(FrameError);
  });

  it.each([
    ['no order', executions('"exec_type":"new"'), 'order_id is missing'],
    ['a fill without a quantity', trade('"last_price":1'), 'last_qty is missing'],
    ['a fill without a number', trade('"last_qty":"much","last_price":1'), 'last_qty is "much"'],
    ['a fill out of range', trade('"last_qty":1e99,"last_price":1'), 'last_qty is 1e+99'],
    [
      'fees in two assets',
      trade('"last_qty":1,"last_price":1,"fees":[{"asset":"USD","qty":1},{"asset":"KFEE","qty":1}]'),
      'fill TRWL6S-QYHXC-CLVSPB has fees in several assets',
    ],
  ])('say of a row with %s which field is at fault', (_name, text, problem) => {
    const frame = parsePrivateFrame(text);
    expect(frame).toMatchObject({ reports: [{ problem, fill: undefined }] });
  });

  it('leave out a balance of nothing, and keep the others', () => {
    const rows = '[{"balance":1},{"asset":"BTC","balance":2}]';
    expect(
      parsePrivateFrame(`{"channel":"balances","type":"update","data":${rows},"sequence":1}`),
    ).toMatchObject({ balances: [{ asset: 'BTC', total: '2' }], unread: [{ source: 'balances' }] });
  });
});

describe('the venue’s clock', () => {
  it('is measured by the answer with the shortest way', () => {
    const skew = new ClockSkew();
    expect(skew.skewUs).toBeUndefined();
    // The venue is 250 ms ahead; 40 ms there, 10 ms back.
    skew.measure(1_000_000, 1_290_000, 1_291_000, 1_051_000);
    expect(skew.skewUs).toBe(265_000);
    expect(skew.errorUs).toBe(25_000);
    skew.measure(2_000_000, 2_252_000, 2_252_000, 2_004_000);
    expect(skew.skewUs).toBe(250_000);
    skew.measure(3_000_000, 3_900_000, 3_900_000, 3_700_000);
    expect(skew.skewUs).toBe(250_000);
    // Five minutes later a worse one is better than none.
    skew.measure(303_000_000, 303_300_000, 303_300_000, 303_100_000);
    expect(skew.skewUs).toBe(250_000);
    expect(skew.errorUs).toBe(50_000);
  });

  it('takes no times that cannot be', () => {
    const skew = new ClockSkew();
    skew.measure(1_000_000, 0, 0, 1_100_000);
    skew.measure(1_000_000, 2_000_000, 1_000_000, 1_100_000);
    skew.measure(1_000_000, 2_000_000, 2_000_000, 900_000);
    expect(skew.skewUs).toBeUndefined();
  });
});
