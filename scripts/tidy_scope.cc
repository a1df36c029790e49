// A plugin of clang-tidy: its checks look at the repository's declarations only. Left to itself, clang-tidy
// 16 walks through those of every system header too, and drops what it finds there; that is two thirds of its
// time. Built and loaded by scripts/tidy. Clang's plugin interface: clang/Frontend/FrontendPluginRegistry.h.
#include <memory>
#include <string>
#include <vector>

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendPluginRegistry.h>

namespace {

class Scope final : public clang::ASTConsumer {
 public:
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    for (clang::Decl* declared : group) {
      const clang::SourceManager& sources = declared->getASTContext().getSourceManager();
      if (!sources.isInSystemHeader(sources.getExpansionLoc(declared->getLocation())))
        own_.push_back(declared);
    }
    return true;
  }

  void HandleTranslationUnit(clang::ASTContext& context) override { context.setTraversalScope(own_); }

 private:
  std::vector<clang::Decl*> own_;
};

class ScopeAction final : public clang::PluginASTAction {
 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Scope>();
  }
  bool ParseArgs(const clang::CompilerInstance&, const std::vector<std::string>&) override { return true; }
  ActionType getActionType() override { return AddBeforeMainAction; }
};

const clang::FrontendPluginRegistry::Add<ScopeAction> kScope("assay-scope",
                                                             "checks see the repository's code only");

}  // namespace
