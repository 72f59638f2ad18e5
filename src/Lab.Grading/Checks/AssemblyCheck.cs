using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Lab.Grading.Checks;

/// <summary>
/// Looks at what the compiler wrote: whatever way of writing was missed in the source, a call is a row in the assembly's tables.
/// </summary>
internal static class AssemblyCheck
{
    public static IReadOnlyList<string> Find(byte[] assembly)
    {
        using var image = new PEReader(new MemoryStream(assembly));
        var reader = image.GetMetadataReader();
        var found = new List<string>();
        if (reader.GetTableRowCount(TableIndex.ImplMap) > 0)
            found.Add("Native code is not called in a lab.");
        foreach (var handle in reader.TypeDefinitions)
            foreach (var method in reader.GetTypeDefinition(handle).GetMethods().Select(reader.GetMethodDefinition))
                if (reader.GetString(method.Name) == ".cctor" && reader.GetString(reader.GetTypeDefinition(handle).Name) == "<Module>")
                    found.Add("Code of a module's own start is not used in a lab.");
                else if (reader.GetString(method.Name) == "Finalize")
                    found.Add("Finalizers are not used in a lab.");
        foreach (var handle in reader.TypeReferences)
            if (Place(reader, handle) is var (holder, type) && holder != "Lab.Core" && ApiRules.Refuse(holder, type, null, written: true) is { } why)
                found.Add(why);
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (Parent(reader, member.Parent) is var (holder, type) && holder != "Lab.Core"
                && ApiRules.Refuse(holder, type, reader.GetString(member.Name), written: true) is { } why)
                found.Add(why);
        }
        return [.. found.Distinct()];
    }

    private static (string Assembly, string Type)? Parent(MetadataReader reader, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => Place(reader, (TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)parent).DecodeSignature(new OpenType(), reader),
        _ => null,                                                        // of the student's own
    };

    private static (string Assembly, string Type) Place(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var (assembly, outer) = Place(reader, (TypeReferenceHandle)type.ResolutionScope);
            return (assembly, $"{outer}+{name}");
        }
        var holder = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) : "";
        return (holder, type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}");
    }

    /// <summary>Of a constructed type, the type that it is made of; null for arrays, and for the student's own.</summary>
    private sealed class OpenType : ISignatureTypeProvider<(string Assembly, string Type)?, MetadataReader>
    {
        public (string Assembly, string Type)? GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Place(reader, handle);
        public (string Assembly, string Type)? GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => null;
        public (string Assembly, string Type)? GetTypeFromSpecification(MetadataReader reader, MetadataReader context, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, reader);
        public (string Assembly, string Type)? GetGenericInstantiation((string Assembly, string Type)? generic, System.Collections.Immutable.ImmutableArray<(string Assembly, string Type)?> arguments) => generic;
        public (string Assembly, string Type)? GetArrayType((string Assembly, string Type)? element, ArrayShape shape) => null;
        public (string Assembly, string Type)? GetSZArrayType((string Assembly, string Type)? element) => null;
        public (string Assembly, string Type)? GetByReferenceType((string Assembly, string Type)? element) => element;
        public (string Assembly, string Type)? GetPointerType((string Assembly, string Type)? element) => ("", "System.IntPtr");
        public (string Assembly, string Type)? GetFunctionPointerType(MethodSignature<(string Assembly, string Type)?> signature) => ("", "System.IntPtr");
        public (string Assembly, string Type)? GetPinnedType((string Assembly, string Type)? element) => element;
        public (string Assembly, string Type)? GetModifiedType((string Assembly, string Type)? modifier, (string Assembly, string Type)? unmodified, bool isRequired) => unmodified;
        public (string Assembly, string Type)? GetGenericMethodParameter(MetadataReader context, int index) => null;
        public (string Assembly, string Type)? GetGenericTypeParameter(MetadataReader context, int index) => null;
        public (string Assembly, string Type)? GetPrimitiveType(PrimitiveTypeCode typeCode) => null;
    }
}
