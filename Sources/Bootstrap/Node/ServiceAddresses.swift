import Inventory

extension Networks {
  /// The API server's own Service: the first address.
  var apiService: IPv4Address { services.address(at: 1) ?? services.base }
  /// The cluster's DNS: the tenth.
  var dnsService: IPv4Address { services.address(at: 10) ?? services.base }
}
