/** A trailing stop as Kraken lists it. @param offset as Kraken writes it: `+5.0000%`. */
export function trailingStopRow(pair: string, side: string, qty: string, offset: string): object {
  return {
    refid: null,
    userref: 0,
    status: 'open',
    opentm: 1_706_893_367.4657,
    starttm: 0,
    expiretm: 0,
    descr: {
      pair,
      type: side,
      ordertype: 'trailing-stop',
      price: offset,
      price2: '0',
      leverage: 'none',
      order: `${side} ${qty} ${pair} @ trailing stop ${offset}`,
      close: '',
    },
    vol: qty,
    vol_exec: '0.00000000',
    cost: '0.00000000',
    fee: '0.00000000',
    price: '0.00000000',
    stopprice: '0.23424000',
    limitprice: '0.46847000',
    misc: '',
    oflags: 'fciq',
    trigger: 'index',
  };
}
