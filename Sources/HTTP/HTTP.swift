/// HTTP
