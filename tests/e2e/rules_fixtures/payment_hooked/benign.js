// Must trip nothing, close as it is to payment_hooked.
const hash = await window.ethereum.request({
  method: "eth_sendTransaction", params: [transaction],
});
