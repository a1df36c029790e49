// One call of an HttpClient, from the wait for a connection to the answer. All of it on the client's thread.
//   connection (kept, new, or waited for) -> write -> read -> answer
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "io/http/client.h"
#include "io/http/message_reader.h"
#include "io/http/transport.h"

namespace assay::io {

class ClientCall;

// Who lends connections: the client, to one call at a time.
class ConnectionPool {
 public:
  virtual ~ConnectionPool() = default;
  virtual boost::asio::io_context& context() = 0;
  virtual boost::asio::ssl::context& tls() = 0;
  virtual const HttpClientOptions& options() const = 0;
  // Gives a connection (call->use), tells to make one (call->connect), or keeps the call waiting for either.
  virtual void lend(const std::shared_ptr<ClientCall>& call, bool fresh) = 0;
  // Null: it is gone. Every connection lent or made comes back once.
  virtual void give_back(const Url& url, std::unique_ptr<Transport> transport) = 0;
  virtual void forget(const ClientCall* call) = 0;
};

class ClientCall : public std::enable_shared_from_this<ClientCall> {
 public:
  // REQUIRES: `url` is the parsed front of call.url, `target` the path and query to ask for.
  ClientCall(ConnectionPool& pool, HttpCall call, Url url, std::string target, HttpClient::Answer answer);

  void start();
  void use(std::unique_ptr<Transport> transport);  // one that has served before
  void connect();
  const Url& url() const { return url_; }

 private:
  void connect_to(const boost::asio::ip::tcp::resolver::results_type& addresses);
  void greet();
  void send();
  void read();
  void on_read(std::size_t bytes);
  void on_lost(const boost::system::error_code& problem);
  void parse();
  void succeed();
  void fail(ErrorCode code, std::string_view why);
  void end(Result<HttpResponse> result, std::unique_ptr<Transport> kept);

  ConnectionPool& pool_;
  const HttpCall call_;
  const Url url_;
  const std::string target_;
  HttpClient::Answer answer_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer connect_deadline_;
  boost::asio::ip::tcp::resolver resolver_;
  std::unique_ptr<boost::asio::ip::tcp::socket> connecting_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<ResponseReader> reader_;
  std::string head_;
  std::string pending_;
  std::array<std::uint8_t, 16384> chunk_{};
  bool lent_ = false;    // a connection, or the right to make one, is to be given back
  bool reused_ = false;  // the connection served another call before
  bool ended_ = false;
};

}  // namespace assay::io
