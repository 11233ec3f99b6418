/// PKI
